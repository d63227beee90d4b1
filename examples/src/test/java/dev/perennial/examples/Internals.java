package dev.perennial.examples;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** Looks at what is hidden in the library, so that documents can be held against it. */
final class Internals {
  private Internals() {}

  /** A static constant. */
  static Object constant(String type, String name) {
    try {
      Field field = Class.forName("dev.perennial." + type).getDeclaredField(name);
      field.setAccessible(true);
      return field.get(null);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("The documents name a constant that is gone: " + e, e);
    }
  }

  /** How a failure is treated, such as {@code RETRY}. */
  static String treatment(Object reason, int code) {
    try {
      Method table =
          Class.forName("dev.perennial.internal.retry.FailureTable")
              .getDeclaredMethod("treatmentOf", reason.getClass(), int.class);
      table.setAccessible(true);
      return table.invoke(null, reason, code).toString();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("The table of failures is gone: " + e, e);
    }
  }

  /** A duration as documents write it. */
  static String words(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1_000 != 0) {
      return millis + " ms";
    }
    long seconds = millis / 1_000;
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + " h";
    }
    return seconds % 60 == 0 && seconds > 60 ? seconds / 60 + " min" : seconds + " s";
  }

  static String bytes(Number count) {
    long kibibytes = count.longValue() / 1_024;
    return kibibytes % 1_024 == 0 ? kibibytes / 1_024 + " MiB" : kibibytes + " KiB";
  }

  static String count(Number count) {
    return String.format(Locale.ROOT, "%,d", count.longValue());
  }

  static Path document(String path) {
    return Snippets.ROOT.resolve("docs").resolve(path);
  }
}
