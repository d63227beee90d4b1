package dev.perennial.interop

import dev.perennial.EventStream
import dev.perennial.StreamException
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.reactive.asFlow
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Kotlin's data classes, decoded from JSON. */
internal class KotlinJsonTest : Served() {

  @Test
  fun kotlinIsFoundOnTheClassPath() {
    append(
      """{"symbol":"ACME","value":12.5,"new":1}""",
      """{"symbol":"A","value":1,"currency":"USD"}""",
    )

    assertEquals(listOf(Quote("ACME", 12.5), Quote("A", 1.0, "USD")), read(quotes(url())))
  }

  @Test
  fun listOfDataClassesIsMade() {
    append("""[{"symbol":"ACME","value":12.5}]""")

    assertEquals(listOf(listOf(Quote("ACME", 12.5))), read(batches(url())))
  }

  @Test
  fun missingPropertyWithoutADefaultIsMalformed() {
    append("""{"value":12.5}""")

    val refused = assertThrows(StreamException::class.java) { read(quotes(url())) }

    assertEquals(StreamException.Reason.POISON, refused.reason())
    assertTrue(refused.message!!.contains("/symbol: "), refused.message)
  }

  private fun <T : Any> read(stream: EventStream<T>): List<T> {
    log.end()
    return runBlocking { stream.withRetry(QUICK).asFlow().map { it.data() }.toList() }
  }
}
