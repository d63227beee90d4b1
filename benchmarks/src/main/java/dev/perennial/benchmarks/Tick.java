package dev.perennial.benchmarks;

import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** An event as JSON. */
record Tick(String id, String data) {

  /** What the clients decode with that have no decoder of their own. */
  static final ObjectReader READER = JsonMapper.builder().build().readerFor(Tick.class);
}
