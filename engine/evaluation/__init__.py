"""Scores of a model on labelled images it was not trained on."""
