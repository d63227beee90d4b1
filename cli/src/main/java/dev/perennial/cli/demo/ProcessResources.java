package dev.perennial.cli.demo;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * What this process holds now.
 *
 * @param threads live threads of the library, its servers and its proxy
 * @param sockets open sockets; -1 where the system does not say
 */
record ProcessResources(int threads, int sockets) {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  static ProcessResources now() {
    return new ProcessResources(threadsNow(), socketsNow());
  }

  private static int threadsNow() {
    Set<Thread> all = Thread.getAllStackTraces().keySet();
    return (int) all.stream().filter(thread -> thread.getName().startsWith("perennial")).count();
  }

  private static int socketsNow() {
    if (!Files.isDirectory(DESCRIPTORS)) {
      return -1;
    }
    int sockets = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path each : all) {
        sockets += isSocket(each) ? 1 : 0;
      }
      return sockets;
    } catch (IOException e) {
      return -1;
    }
  }

  /** A descriptor may be closed while it is looked at. */
  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns whether nothing is left that was not there {@code before}. */
  boolean isBackAt(ProcessResources before) {
    return threads <= before.threads && sockets <= before.sockets;
  }
}
