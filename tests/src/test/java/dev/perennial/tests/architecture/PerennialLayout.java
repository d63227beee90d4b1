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
      internal.json     ->
      internal.time     -> spi
      internal.log      -> . spi internal.time
      internal.classify -> . spi
      internal.retry    -> . spi internal.time
      internal.resume   -> . spi internal.time
      internal.consumer -> .
      internal.queue    -> . internal.consumer
      internal.delivery -> . spi internal.time internal.retry internal.resume internal.consumer internal.queue
      internal.settings -> . spi internal.time internal.retry internal.resume
      internal.control  -> . spi internal.time internal.log internal.retry internal.resume internal.consumer internal.delivery internal.settings
      internal.engine   -> . spi internal.time internal.log internal.retry internal.resume internal.consumer internal.queue internal.delivery internal.settings internal.control
      """;

  /** The classes of the root package that lead to what is not exported. */
  private static final String ENTRIES =
      """
      EventStream       -> internal.engine internal.settings internal.time
      Options           -> internal.engine internal.settings internal.queue internal.resume internal.retry
      StreamRuntime     -> internal.settings internal.retry internal.time internal.log
      RetryPolicy       -> internal.retry internal.time
      ConsumerFailurePolicy -> internal.retry internal.time
      GapPolicy         -> internal.settings
      Overflow          -> internal.queue
      DedupeWindow      -> internal.resume
      CursorStore       -> internal.resume
      PayloadTransforms -> internal.classify
      spi.StreamBuilder -> internal.classify
      """;

  private static final String TRANSPORTS =
      """
      http.internal.text       ->
      json                     -> . spi internal.json http.internal.text
      http.internal.message    -> . spi
      http.internal.attempt    -> . spi internal.time http.internal.message
      http.internal.connection -> . spi
      http.internal.exchange   -> . spi internal.time http.internal.message http.internal.attempt http.internal.connection
      http                     -> . spi internal.time json http.internal.text http.internal.message http.internal.attempt http.internal.connection http.internal.exchange
      sse                      -> . spi http
      ndjson                   -> . spi http json
      websocket                -> . spi internal.time http http.internal.message json
      jackson3                 -> . internal.json
      micrometer               -> .
      jdbc                     -> .
      """;

  private static final String TESTKIT =
      """
      testkit.internal       -> . spi
      testkit.internal.wire  -> . spi testkit testkit.internal
      testkit.internal.proxy -> . spi testkit testkit.internal
      testkit                -> . spi testkit.internal testkit.internal.wire testkit.internal.proxy
      conformance.http2      -> testkit
      conformance.scenario   -> . testkit conformance conformance.http2
      conformance.rules      -> . testkit conformance conformance.scenario
      conformance.report     -> . testkit conformance conformance.scenario
      conformance.remote     -> . testkit conformance conformance.scenario conformance.report
      conformance            -> . spi testkit conformance.scenario conformance.rules conformance.report conformance.remote
      subjects               -> . spi http json sse ndjson websocket testkit conformance
      """;

  private static final String COMMAND_LINE =
      """
      cli.console       -> . http
      cli.demo          -> . spi http json sse ndjson websocket testkit cli.console
      cli.tail          -> . spi http json sse ndjson websocket cli.console
      cli.conformance   -> . testkit conformance subjects cli.console
      cli               -> cli.demo cli.tail cli.conformance cli.console
      """;

  private PerennialLayout() {}

  /** The layout with {@code base} in place of {@code dev.perennial}. */
  static Layout below(String base) {
    return Layout.of(base, CORE + ENTRIES + TRANSPORTS + TESTKIT + COMMAND_LINE);
  }
}
