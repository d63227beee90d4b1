package dev.perennial.tests.contract;

import dev.perennial.Decoder;
import dev.perennial.json.Json;
import dev.perennial.json.JsonField;
import java.io.IOException;

/** How the testkit's servers put an event into one JSON object. */
final class JsonEnvelope {
  private static final JsonField FIELD = Json.field("/data");

  /** The event's data. */
  static final Decoder<String> DATA =
      payload -> {
        String data = FIELD.apply(payload);
        if (data == null) {
          throw new IOException("Expected a field data but there is none");
        }
        return data;
      };

  private JsonEnvelope() {}
}
