package dev.perennial.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.StreamListener;
import dev.perennial.cli.console.Interrupt;
import dev.perennial.cli.console.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A command line that runs within the test, and what came of it. */
final class CommandRun {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private InputStream input = InputStream.nullInputStream();
  private final Interrupt interrupt = new Interrupt();
  private final Map<String, String> environment;
  private final @Nullable String terminals;
  private int exitCode = -1;

  private CommandRun(@Nullable String terminals, Map<String, String> environment) {
    this.terminals = terminals;
    this.environment = environment;
  }

  static CommandRun prepared() {
    return new CommandRun(null, Map.of());
  }

  static CommandRun onTerminal(Map<String, String> environment) {
    return new CommandRun("out,err", environment);
  }

  static CommandRun of(String... args) {
    return prepared().run(args);
  }

  /** What is typed. */
  CommandRun withInput(InputStream newInput) {
    input = newInput;
    return this;
  }

  CommandRun run(String... args) {
    exitCode = Main.run(terminal(out), interrupt, args);
    return this;
  }

  CommandRun runWithOutput(OutputStream output, String... args) {
    exitCode = Main.run(terminal(output), interrupt, args);
    return this;
  }

  /** Runs the demo with a defect between the subscription and the consumer. */
  CommandRun runDemo(UnaryOperator<StreamListener<String>> defect, String... options) {
    Terminal terminal = terminal(out);
    DemoCommand demo = new DemoCommand(terminal, interrupt, defect);
    String[] args = new String[options.length + 1];
    args[0] = "demo";
    System.arraycopy(options, 0, args, 1, options.length);
    exitCode = Main.commandLine(terminal, demo).execute(args);
    return this;
  }

  private Terminal terminal(OutputStream output) {
    return Terminal.of(input, output, err, terminals, environment);
  }

  void awaitOutLines(int count) throws InterruptedException {
    await(() -> outLines().size() >= count, count + " lines");
  }

  void awaitErr(String text) throws InterruptedException {
    await(() -> err().contains(text), text);
  }

  private void await(BooleanSupplier condition, String what) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - deadline < 0, () -> "Expected " + what + " but was " + this);
      Thread.sleep(5);
    }
  }

  Interrupt interrupt() {
    return interrupt;
  }

  int exitCode() {
    return exitCode;
  }

  String out() {
    return out.toString(UTF_8);
  }

  String err() {
    return err.toString(UTF_8);
  }

  List<String> outLines() {
    return out().lines().toList();
  }

  List<String> errLines() {
    return err().lines().toList();
  }

  @Override
  public String toString() {
    return "exit code " + exitCode + "\n--- out\n" + out() + "--- err\n" + err();
  }
}
