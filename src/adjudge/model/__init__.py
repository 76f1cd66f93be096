"""What a ruleset means: facts and their domains, conditions, rules, calendars. Pure data."""
