"""Stories: what Appendix 3 says should happen, played through the real wiring."""
