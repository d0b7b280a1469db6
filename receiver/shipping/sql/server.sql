select current_setting('fsync') = 'on', current_setting('full_page_writes') = 'on'
