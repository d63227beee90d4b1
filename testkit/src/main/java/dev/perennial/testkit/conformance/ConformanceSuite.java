package dev.perennial.testkit.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The rules as JUnit tests, one for each rule and transport of a client.
 *
 * <pre>{@code
 * final class MyClientConformanceTest extends ConformanceSuite {
 *   protected ClientUnderTest client() { return new MyClient(); }
 * }
 * }</pre>
 *
 * <p>A test is aborted, with the reason, when its rule needs what the client does not claim, and
 * when the client does not keep a rule that is optional. All rules are started when the first test
 * is, many at once; each test waits for its own result. JUnit's API, version 5.9 or later, has to
 * be there; the testkit does not bring it.
 *
 * @since 0.1.0
 */
public abstract class ConformanceSuite {

  /** For suites. */
  protected ConformanceSuite() {}

  /** Makes the client to try. It is closed when all rules are done. */
  protected abstract ClientUnderTest client();

  /** Whether to try a rule. By default each. */
  protected boolean isWanted(Rule rule) {
    return true;
  }

  /**
   * How many times faster than the scenarios' own time to run, above 0 and up to 1,000. By default
   * 20. Slower is needed on machines that are very busy.
   */
  protected double speed() {
    return 20;
  }

  /** How many rules to try at once. By default 12. */
  protected int atOnce() {
    return 12;
  }

  /** A container for each area, with a test for each of its rules and transports. */
  @TestFactory
  protected final Stream<DynamicNode> rules() {
    ClientUnderTest client = client();
    Conformance run = Conformance.of(client).rules(this::isWanted).speed(speed()).atOnce(atOnce());
    SuiteRun suite = new SuiteRun(client, run);
    Map<Area, List<DynamicNode>> tests = new LinkedHashMap<>();
    for (Rule rule : Rules.all()) {
      for (Protocol protocol : Protocol.values()) {
        if (isWanted(rule)
            && rule.protocols().contains(protocol)
            && client.protocols().contains(protocol)) {
          tests
              .computeIfAbsent(rule.area(), area -> new ArrayList<>())
              .add(test(suite, rule, protocol));
        }
      }
    }
    suite.start();
    return tests.entrySet().stream()
        .map(area -> DynamicContainer.dynamicContainer(area.getKey().title(), area.getValue()));
  }

  private static DynamicTest test(SuiteRun suite, Rule rule, Protocol protocol) {
    suite.expect(rule, protocol);
    return DynamicTest.dynamicTest(
        rule.id() + " " + protocol.label() + ": " + rule.sentence(),
        () -> suite.judge(rule, protocol));
  }
}
