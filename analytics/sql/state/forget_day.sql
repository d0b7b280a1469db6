delete from {{ table }} where (day, site_id, lead_type) = (?, ?, ?)
