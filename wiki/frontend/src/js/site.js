import "./search.js"; import "./frame.js"; import "./reading.js"; import "./sent.js";
