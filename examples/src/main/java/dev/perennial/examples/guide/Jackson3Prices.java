package dev.perennial.examples.guide;

import dev.perennial.Event;
import dev.perennial.EventReader;
import dev.perennial.EventStream;
import dev.perennial.jackson3.Jackson3;
import dev.perennial.sse.Sse;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Data that are decoded with Jackson 3, which needs no Jackson 2. */
final class Jackson3Prices {
  private Jackson3Prices() {}

  /** A price as the server sends it. */
  record Price(String symbol, double lastValue) {}

  /** Values with the id of their page. */
  record Page<T>(String next, java.util.List<T> items) {}

  // region jackson3
  static EventStream<Price> prices(String url) {
    return Sse.builder(url).stream(Jackson3.decoder(Price.class));
  }

  static EventStream<Page<Price>> pages(String url) {
    return Sse.builder(url).stream(Jackson3.decoder(new TypeReference<Page<Price>>() {}));
  }

  static EventStream<Price> snakePrices(String url) {
    JsonMapper mapper =
        JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
    return Sse.builder(url).stream(Jackson3.decoder(mapper, Price.class));
  }

  // endregion

  /** Prints the prices of the URL that is the only argument. */
  public static void main(String... arguments) {
    try (EventReader<Price> reader = snakePrices(arguments[0]).open()) {
      for (Event<Price> event : reader) {
        System.out.println(event.data());
      }
    }
  }
}
