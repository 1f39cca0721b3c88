"""A bot as Tweepy's documentation has it. It knows nothing of birdkeep: its keys stand in the environment."""

import os

import tweepy

client = tweepy.Client(
    consumer_key=os.environ["X_API_KEY"],
    consumer_secret=os.environ["X_API_SECRET"],
    access_token=os.environ["X_ACCESS_TOKEN"],
    access_token_secret=os.environ["X_ACCESS_TOKEN_SECRET"],
)
me = client.get_me(user_auth=True)
print(f"tweepy {tweepy.__version__} is @{me.data.username}")
