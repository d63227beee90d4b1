package dev.perennial.cli;

import dev.perennial.conformance.Area;
import dev.perennial.conformance.Protocol;
import dev.perennial.conformance.Rule;
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
    versionProvider = VersionSource.class,
    header = "Print the rules: id, level, transports, what it says, and where that is from.",
    synopsisHeading = "%nUsage: ",
    customSynopsis = "perennial conformance list [<option>...]",
    sortOptions = false,
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:there are such rules", "2:the command line is wrong"},
    footerHeading = "%nExamples:%n",
    footer = {
      "  perennial conformance list",
      "  perennial conformance list --area resume",
      "  perennial conformance list --words --rule 'http-after-*'"
    })
final class ConformanceListCommand implements Callable<Integer> {
  private static final int INDENT = 49;

  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Mixin private RuleOptions options = new RuleOptions();

  @Option(
      names = "--words",
      description = "say what the server does in each, and what has to be seen")
  private boolean isWordy;

  @SuppressWarnings("NullAway.Init") // picocli injects the spec before it calls.
  ConformanceListCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    List<Rule> rules = options.chosen(new OptionValues(spec));
    PrintStream out = terminal.out();
    @Nullable Area area = null;
    for (Rule rule : rules) {
      if (rule.area() != area) {
        out.println((area == null ? "" : "\n") + terminal.outPaint().bold(rule.area().title()));
        area = rule.area();
      }
      print(rule);
    }
    out.println();
    out.println(Words.count(rules.size(), "rule", "rules"));
    return ExitCode.OK;
  }

  private void print(Rule rule) {
    List<String> lines = TextBlock.lines(rule.sentence() + " [" + rule.source() + "]", INDENT);
    String head =
        String.format(
            Locale.ROOT,
            "  %-18s %-10s %-15s ",
            rule.id(),
            rule.level().label(),
            rule.protocols().stream()
                .sorted()
                .map(ConformanceListCommand::shortName)
                .collect(Collectors.joining(",")));
    terminal.out().println(head + lines.get(0).substring(Math.min(INDENT, head.length())));
    lines.stream().skip(1).forEach(terminal.out()::println);
    if (isWordy) {
      words(rule);
    }
  }

  private static String shortName(Protocol protocol) {
    return protocol == Protocol.WEBSOCKET ? "ws" : protocol.label();
  }

  /** Once for all transports that have the same. */
  private void words(Rule rule) {
    Map<List<String>, String> transports = new LinkedHashMap<>();
    rule.protocols().stream()
        .sorted()
        .forEach(
            protocol ->
                transports.merge(
                    rule.describe(protocol), protocol.label(), (all, one) -> all + ", " + one));
    transports.forEach(
        (words, protocols) -> {
          terminal.out().println(terminal.outPaint().dim("      over " + protocols + ":"));
          words.stream()
              .flatMap(line -> TextBlock.lines(line, 8).stream())
              .forEach(terminal.out()::println);
        });
  }
}
