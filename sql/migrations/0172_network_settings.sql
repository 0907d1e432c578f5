-- What is permitted to what leaves for the networks is a setting like the others, with a place on the screen.

UPDATE setting SET key = 'network.inner' WHERE key = 'http_permitted';
