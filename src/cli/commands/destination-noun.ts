// The two nouns whose objects are destinations.

export type DestinationNoun = 'integration' | 'webhook';
