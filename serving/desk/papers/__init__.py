"""Papers that leave the desk: a daily report, a bulletin, leaflets."""
