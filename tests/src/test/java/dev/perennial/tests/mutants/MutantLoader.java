package dev.perennial.tests.mutants;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * Loads this library a second time, with the mutant's classes in place of their own. The kit is
 * shared, but for the class that makes a client of a stream.
 */
final class MutantLoader extends ClassLoader {
  private static final String TESTKIT = "dev.perennial.testkit.";
  private static final String CONFORMANCE = "dev.perennial.conformance.";
  private static final String BRIDGE = CONFORMANCE + "TransportUnderTest";

  private final Map<String, byte[]> mutated;

  MutantLoader(Map<String, byte[]> mutated) {
    super("mutant", MutantLoader.class.getClassLoader());
    this.mutated = mutated;
  }

  @Override
  protected Class<?> loadClass(String name, boolean isResolved) throws ClassNotFoundException {
    if (!name.startsWith("dev.perennial.") || isShared(name)) {
      return super.loadClass(name, isResolved);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : define(name);
    }
  }

  private static boolean isShared(String name) {
    return name.startsWith(TESTKIT) || (name.startsWith(CONFORMANCE) && !name.startsWith(BRIDGE));
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    byte[] bytes = mutated.get(name);
    if (bytes == null) {
      bytes = original(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  private byte[] original(String name) throws ClassNotFoundException {
    try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (file == null) {
        throw new ClassNotFoundException(name);
      }
      return file.readAllBytes();
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
