package dev.perennial.subjects;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds programs that may or may not be installed. */
final class Programs {

  private Programs() {}

  /** Returns the first of these that is on the PATH, or null if none is. */
  static @Nullable Path onPath(List<String> names) {
    String path = System.getenv("PATH");
    for (String name : names) {
      for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
        Path program = Path.of(folder, name);
        if (!folder.isEmpty() && Files.isExecutable(program) && !Files.isDirectory(program)) {
          return program;
        }
      }
    }
    return null;
  }

  /** Like {@link #onPath}, for a program that was found before. */
  static String require(String name) {
    Path program = onPath(List.of(name));
    if (program == null) {
      throw new IllegalStateException(name + " must be on the PATH");
    }
    return program.toString();
  }
}
