"""`/api/openapi.json`: what the API takes and gives, made from the registers of reports, of filters
and of formats."""
