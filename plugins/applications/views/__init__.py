"""The pages of applications: proposing, one application, letters, agreement and objection."""
