"""Mail, out by SMTP."""
