package dev.perennial.tests.architecture;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Finds fields that a lock should guard. In a class with a {@link ReentrantLock} of its own, a
 * field that can change and is not volatile has a {@link GuardedBy}, which Error Prone then checks.
 */
final class GuardedFields {
  private static final Set<JavaModifier> SAFE =
      Set.of(
          JavaModifier.FINAL, JavaModifier.VOLATILE, JavaModifier.STATIC, JavaModifier.SYNTHETIC);

  private GuardedFields() {}

  /**
   * The fields without {@code GuardedBy}.
   *
   * @param confined fields that one thread alone touches, as {@code Class.field}
   */
  static List<String> unguarded(JavaClasses classes, Collection<String> confined) {
    return classes.stream()
        .filter(GuardedFields::hasLock)
        .flatMap(type -> type.getFields().stream())
        .filter(field -> field.getModifiers().stream().noneMatch(SAFE::contains))
        .filter(field -> !field.isAnnotatedWith(GuardedBy.class))
        .map(GuardedFields::name)
        .filter(name -> !confined.contains(name))
        .sorted()
        .toList();
  }

  private static boolean hasLock(JavaClass type) {
    return type.getFields().stream()
        .anyMatch(field -> field.getRawType().isEquivalentTo(ReentrantLock.class));
  }

  private static String name(JavaField field) {
    return field.getOwner().getSimpleName() + "." + field.getName();
  }
}
