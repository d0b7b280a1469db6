-- The columns of a report and their types; nothing is asked.
describe {{ sql }};
