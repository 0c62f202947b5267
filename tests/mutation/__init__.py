"""Mutation of the judge: are its own tests good enough to notice when it is wrong?"""
