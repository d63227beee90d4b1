package dev.perennial.interop

import dev.perennial.sse.Sse
import dev.perennial.testkit.Cut
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** A screen in Kotlin that shows the latest prices. */
internal class PriceScreenTest : Served() {
  private val scope = CoroutineScope(Dispatchers.IO)

  @Test
  fun screenHasTheLatestPriceOfEachSymbolAlsoAfterACut() = runBlocking {
    val screen = screen(Sse.stream(url(), Price::class.java).withRetry(QUICK), scope)
    append("""{"symbol":"A","value":1}""", """{"symbol":"B","value":2}""")

    withTimeout(Soon.PATIENCE.toMillis()) {
      screen.first { it.prices.size == 2 }
      server.cutAll(Cut.RST)
      append("""{"symbol":"A","value":3}""")

      val shown = screen.first { it.prices["A"] == 3.0 }
      assertEquals(Screen(mapOf("A" to 3.0, "B" to 2.0), "live"), shown)
    }
    scope.cancel()
    awaitLeft()
  }

  @Test
  fun screenSaysWhyItHasEnded() = runBlocking {
    server.answerNext(404, listOf(), "no such feed")
    val screen = screen(Sse.stream(url(), Price::class.java).withRetry(QUICK), scope)

    withTimeout(Soon.PATIENCE.toMillis()) {
      val shown = screen.first { it.status.startsWith("ended: ") }
      assertTrue(shown.status.contains("404"), shown.status)
    }
    scope.cancel()
  }
}
