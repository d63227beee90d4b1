package dev.perennial.cli.tail;

import dev.perennial.StreamException;
import dev.perennial.StreamObserver;
import dev.perennial.StreamSubscription;
import dev.perennial.cli.console.Printable;
import dev.perennial.cli.console.Terminal;
import org.jspecify.annotations.Nullable;

/** Tells what goes wrong besides the connection, also where nothing else is told. */
final class TailObserver implements StreamObserver {
  private final Terminal terminal;

  /** Null without {@code --cursor-file}. */
  private final @Nullable CursorFile file;

  TailObserver(Terminal terminal, @Nullable CursorFile file) {
    this.terminal = terminal;
    this.file = file;
  }

  @Override
  public void onMalformed(StreamSubscription subscription, StreamException report) {
    String words = Printable.of(String.valueOf(report.getMessage()));
    terminal.err().println(terminal.errStyle().yellow("skipped: " + words));
  }

  @Override
  public void onCursorNotSaved(StreamSubscription subscription, StreamException failure) {
    if (file != null) {
      file.notSaved(failure);
    }
  }
}
