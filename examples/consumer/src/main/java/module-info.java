/** Follows streams. */
module com.example.consumer {
  requires dev.perennial.ndjson;
  requires dev.perennial.sse;
  requires dev.perennial.websocket;

  opens com.example.consumer to
      com.fasterxml.jackson.databind;
}
