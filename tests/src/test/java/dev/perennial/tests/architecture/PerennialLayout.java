package dev.perennial.tests.architecture;

/**
 * The packages of this project, and which of them each may use. Packages that are not exported come
 * lowest first: each uses only those above it.
 */
final class PerennialLayout {
  private static final String CORE =
      """
      .                 -> spi
      spi               -> .
      flow              -> .
      internal.time     -> spi
      internal.retry    -> . spi internal.time
      internal.resume   -> . spi internal.time
      internal.delivery -> . spi internal.time internal.resume
      internal.classify -> . spi
      internal.engine   -> . spi internal.time internal.retry internal.resume internal.delivery internal.classify
      """;

  /** The classes of the root package that lead to what is not exported. */
  private static final String ENTRIES =
      """
      EventStream       -> internal.engine internal.delivery internal.classify
      StreamRuntime     -> internal.time internal.retry
      RetryPolicy       -> internal.retry
      CursorStore       -> internal.resume
      """;

  private static final String TRANSPORTS =
      """
      json              -> . spi
      http              -> . spi json
      sse               -> . spi http
      ndjson            -> . spi http json
      websocket         -> . spi http
      micrometer        -> .
      """;

  private static final String TESTKIT =
      """
      testkit            -> . spi
      conformance        -> . testkit conformance.rules conformance.report conformance.remote
      conformance.rules  -> . testkit conformance
      conformance.report -> conformance
      conformance.remote -> conformance conformance.report
      subjects           -> . http json sse ndjson websocket testkit conformance
      """;

  private static final String COMMAND_LINE =
      """
      cli               -> cli.demo cli.tail cli.conformance
      cli.demo          -> . spi http json sse ndjson websocket testkit cli
      cli.tail          -> . spi http json sse ndjson websocket cli
      cli.conformance   -> . testkit conformance subjects cli
      """;

  private PerennialLayout() {}

  /** The layout with {@code base} in place of {@code dev.perennial}. */
  static Layout below(String base) {
    return Layout.of(base, CORE + ENTRIES + TRANSPORTS + TESTKIT + COMMAND_LINE);
  }
}
