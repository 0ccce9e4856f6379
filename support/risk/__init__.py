"""Internal control: words that need care, met before anything leaves the desk."""
