-- The leads that were taken from an earlier file: some of them may have to be folded again now.
delete from leads
using relinked
where leads.lead_type = relinked.lead_type and leads.lead_id = relinked.lead_id;

delete from relinked;
