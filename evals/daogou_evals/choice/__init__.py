"""The choice set: does a language model choose the right one of five answers?"""
