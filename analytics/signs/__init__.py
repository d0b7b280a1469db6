"""What in the data says that something is wrong: judged by what is usual for this account."""
