package dev.perennial.conformance;

import dev.perennial.conformance.rules.WebSocketCases;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The cases of RFC 6455 and RFC 7692 for any WebSocket client, section by section: framing, pings,
 * reserved bits, opcodes, fragments, UTF-8, closing, sizes and compression. They go further than
 * the rules of {@link Rules}, which have one example of each kind.
 *
 * <pre>{@code
 * Report report = WebSocketSuite.of(new MyClient()).run();
 * System.out.print(WebSocketSuite.bySection(report));
 * }</pre>
 *
 * @since 0.1.0
 */
public final class WebSocketSuite {
  private static final Map<String, String> SECTIONS =
      Map.of(
          "suite-1", "1 framing",
          "suite-2", "2 pings and pongs",
          "suite-3", "3 reserved bits",
          "suite-4", "4 opcodes",
          "suite-5", "5 fragments",
          "suite-6", "6 UTF-8",
          "suite-7", "7 closing",
          "suite-9", "9 sizes",
          "deflate", "12 compression");

  private WebSocketSuite() {}

  /** Returns the cases, in the order of their sections. */
  public static List<Rule> cases() {
    return WebSocketCases.all();
  }

  /**
   * Prepares a run of all cases. The client is not closed.
   *
   * @throws IllegalArgumentException if the client does not speak WebSocket
   */
  public static Conformance of(ClientUnderTest client) {
    return new Conformance(client, cases()).over(Protocol.WEBSOCKET);
  }

  /** Returns a table in Markdown: how many cases of each section have which verdict. */
  public static String bySection(Report report) {
    Map<String, List<Verdict>> verdicts = new LinkedHashMap<>();
    for (Result result : report.results()) {
      verdicts
          .computeIfAbsent(section(result.rule()), section -> new ArrayList<>())
          .add(result.verdict());
    }
    StringBuilder table = new StringBuilder("| section | passed | failed | not applicable |\n");
    table.append("|---|---|---|---|\n");
    verdicts.forEach(
        (section, all) ->
            table
                .append("| " + section)
                .append(" | " + Collections.frequency(all, Verdict.PASSED))
                .append(" | " + Collections.frequency(all, Verdict.FAILED))
                .append(" | " + Collections.frequency(all, Verdict.NOT_APPLICABLE) + " |\n"));
    return table.toString();
  }

  private static String section(Rule rule) {
    String group = rule.id().split("[.]", -1)[0];
    return SECTIONS.getOrDefault(group.startsWith("deflate") ? "deflate" : group, group);
  }
}
