package dev.perennial.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perennial.cli.console.InterruptHandler;
import dev.perennial.cli.console.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Runs the command line within the test and records its output and exit code. */
public final class CommandRun {
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private InputStream input = InputStream.nullInputStream();
  private final InterruptHandler interruptHandler = new InterruptHandler();
  private final Map<String, String> environment;
  private final @Nullable String terminals;
  private int exitCode = -1;

  private CommandRun(@Nullable String terminals, Map<String, String> environment) {
    this.terminals = terminals;
    this.environment = environment;
  }

  public static CommandRun prepared() {
    return new CommandRun(null, Map.of());
  }

  public static CommandRun onTerminal(Map<String, String> environment) {
    return new CommandRun("out,err", environment);
  }

  public static CommandRun of(String... args) {
    return prepared().run(args);
  }

  /** Sets standard input. */
  public CommandRun withInput(InputStream newInput) {
    input = newInput;
    return this;
  }

  public CommandRun run(String... args) {
    exitCode = Main.run(terminal(out), interruptHandler, args);
    return this;
  }

  public CommandRun runWithOutput(OutputStream output, String... args) {
    exitCode = Main.run(terminal(output), interruptHandler, args);
    return this;
  }

  /** Runs a command that the test creates, as the only one of the command line. */
  public CommandRun runCommand(
      BiFunction<Terminal, InterruptHandler, Object> command, String... args) {
    Terminal terminal = terminal(out);
    exitCode = Main.commandLine(terminal, command.apply(terminal, interruptHandler)).execute(args);
    return this;
  }

  private Terminal terminal(OutputStream output) {
    return Terminal.of(input, output, err, terminals, environment);
  }

  public void awaitOutLines(int count) throws InterruptedException {
    await(() -> outLines().size() >= count, count + " lines");
  }

  public void awaitOut(String text) throws InterruptedException {
    await(() -> out().contains(text), text);
  }

  public void awaitErr(String text) throws InterruptedException {
    await(() -> err().contains(text), text);
  }

  private void await(BooleanSupplier condition, String what) throws InterruptedException {
    long deadline = System.nanoTime() + TIMEOUT_NANOS;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - deadline < 0, () -> "Expected " + what + " but was " + this);
      Thread.sleep(5);
    }
  }

  public void interrupt() {
    interruptHandler.interrupt();
  }

  public int exitCode() {
    return exitCode;
  }

  public String out() {
    return out.toString(UTF_8);
  }

  public String err() {
    return err.toString(UTF_8);
  }

  public List<String> outLines() {
    return out().lines().toList();
  }

  public List<String> errLines() {
    return err().lines().toList();
  }

  @Override
  public String toString() {
    return "exit code " + exitCode + "\n--- out\n" + out() + "--- err\n" + err();
  }
}
