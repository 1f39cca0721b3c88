// A bot on node-twitter-api-v2, behind a proxy as its documentation has it. It knows nothing of birdkeep.
import { createRequire } from 'node:module';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { TwitterApi } from 'twitter-api-v2';

const client = new TwitterApi(
  {
    appKey: process.env.X_API_KEY,
    appSecret: process.env.X_API_SECRET,
    accessToken: process.env.X_ACCESS_TOKEN,
    accessSecret: process.env.X_ACCESS_TOKEN_SECRET,
  },
  { httpAgent: new HttpsProxyAgent(process.env.HTTPS_PROXY) },
);
const me = await client.v2.me();
const { version } = createRequire(import.meta.url)('twitter-api-v2/package.json');
console.log(`twitter-api-v2 ${version} is @${me.data.username}`);
