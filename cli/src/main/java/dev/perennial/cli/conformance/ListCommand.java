package dev.perennial.cli.conformance;

import dev.perennial.cli.console.ExitCode;
import dev.perennial.cli.console.HumanFormat;
import dev.perennial.cli.console.OptionValues;
import dev.perennial.cli.console.Terminal;
import dev.perennial.cli.console.VersionProvider;
import dev.perennial.testkit.conformance.Area;
import dev.perennial.testkit.conformance.Protocol;
import dev.perennial.testkit.conformance.Rule;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the conformance rules. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    header = "List the rules with id, level, transports, description and source.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = "perennial conformance list [<option>...]",
    sortOptions = false,
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:the rules were listed", "2:invalid command line"},
    footerHeading = "%nExamples:%n",
    footer = {
      "  perennial conformance list",
      "  perennial conformance list --area resume",
      "  perennial conformance list --words --rule 'http-after-*'"
    })
final class ListCommand implements Callable<Integer> {
  private static final int INDENT = 49;

  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Mixin private RuleOptions options = new RuleOptions();

  @Option(
      names = "--words",
      description = "Describe each scenario: what the server does and what it expects.")
  private boolean isDetailed;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before it calls.
  ListCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<Rule> rules = options.rules(new OptionValues(spec));
    PrintStream out = terminal.out();
    @Nullable Area area = null;
    for (Rule rule : rules) {
      if (rule.area() != area) {
        out.println((area == null ? "" : "\n") + terminal.outStyle().bold(rule.area().title()));
        area = rule.area();
      }
      print(rule);
    }
    out.println();
    out.println(HumanFormat.count(rules.size(), "rule", "rules"));
    return ExitCode.OK;
  }

  private void print(Rule rule) {
    List<String> lines = WordWrap.lines(rule.sentence() + " [" + rule.source() + "]", INDENT);
    String head =
        String.format(
            Locale.ROOT,
            "  %-18s %-10s %-15s ",
            rule.id(),
            rule.level().label(),
            rule.protocols().stream()
                .sorted()
                .map(ListCommand::shortName)
                .collect(Collectors.joining(",")));
    terminal.out().println(head + lines.get(0).substring(Math.min(INDENT, head.length())));
    lines.stream().skip(1).forEach(terminal.out()::println);
    if (isDetailed) {
      printScenarios(rule);
    }
  }

  private static String shortName(Protocol protocol) {
    return protocol == Protocol.WEBSOCKET ? "ws" : protocol.label();
  }

  /** Prints transports with the same scenario together. */
  private void printScenarios(Rule rule) {
    Map<List<String>, String> transports = new LinkedHashMap<>();
    rule.protocols().stream()
        .sorted()
        .forEach(
            protocol ->
                transports.merge(
                    rule.words(protocol), protocol.label(), (all, one) -> all + ", " + one));
    transports.forEach(
        (scenario, protocols) -> {
          terminal.out().println(terminal.outStyle().dim("      over " + protocols + ":"));
          scenario.stream()
              .flatMap(line -> WordWrap.lines(line, 8).stream())
              .forEach(terminal.out()::println);
        });
  }
}
