import "./search.js"; import "./frame.js"; import "./reading.js"; import "./chapters.js"; import "./sent.js"; import "./visit.js"; import "./here.js"; import "./kept.js";
