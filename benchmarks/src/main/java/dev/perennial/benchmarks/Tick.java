package dev.perennial.benchmarks;

import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** An event as JSON. */
record Tick(String id, String data) {

  /** The decoder for clients that have none of their own. */
  static final ObjectReader READER = JsonMapper.builder().build().readerFor(Tick.class);
}
