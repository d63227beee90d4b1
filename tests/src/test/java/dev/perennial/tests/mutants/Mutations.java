package dev.perennial.tests.mutants;

import dev.perennial.conformance.Protocol;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The bugs that the rules have to find, and how they are written down. */
final class Mutations {
  static final String CORE = "sdk-core/src/main/java/dev/perennial/";
  static final String ENGINE = CORE + "internal/engine/";
  static final String DELIVERY = CORE + "internal/delivery/";
  static final String QUEUE = CORE + "internal/queue/";
  static final String RETRY = CORE + "internal/retry/";
  static final String HTTP = "sdk-http/src/main/java/dev/perennial/http/";
  static final String SSE = "sdk-sse/src/main/java/dev/perennial/sse/";
  static final String NDJSON = "sdk-ndjson/src/main/java/dev/perennial/ndjson/";
  static final String WEBSOCKET = "sdk-websocket/src/main/java/dev/perennial/websocket/";

  static final List<Mutation> ALL =
      Stream.of(FramingMutations.ALL, HttpMutations.ALL, EngineMutations.ALL)
          .flatMap(List::stream)
          .toList();

  private Mutations() {}

  static Draft sse(String name, String words, String file) {
    return new Draft(Protocol.SSE, name, words, file, "", "");
  }

  static Draft ndjson(String name, String words, String file) {
    return new Draft(Protocol.NDJSON, name, words, file, "", "");
  }

  static Draft socket(String name, String words, String file) {
    return new Draft(Protocol.WEBSOCKET, name, words, file, "", "");
  }

  /** A mutation of which not all is known yet. */
  record Draft(Protocol over, String name, String words, String file, String before, String after) {

    Draft replacing(String what, String by) {
      return new Draft(over, name, words, file, what, by);
    }

    Mutation caughtBy(String... rules) {
      return new Mutation(name, words, file, before, after, over, Set.of(rules), Set.of());
    }
  }
}
