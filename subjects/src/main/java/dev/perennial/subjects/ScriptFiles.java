package dev.perennial.subjects;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The scripts of the clients that are not written in Java. */
final class ScriptFiles {

  private ScriptFiles() {}

  static String read(String name) throws IOException {
    try (InputStream source = ScriptFiles.class.getResourceAsStream("js/" + name)) {
      if (source == null) {
        throw new FileNotFoundException("js/" + name + " must be beside " + ScriptFiles.class);
      }
      return new String(source.readAllBytes(), UTF_8);
    }
  }

  static void copy(Path folder, String... names) throws IOException {
    for (String name : names) {
      Files.writeString(folder.resolve(name), read(name));
    }
  }
}
