plugins {
    alias(libs.plugins.android.application)
    alias(libs.plugins.android.library) apply false
}

val perennial = libs.versions.perennial.get()
val (major, minor, patch) = perennial.substringBefore('-').split('.').map(String::toInt)

android {
    namespace = "dev.perennial.sample"
    compileSdk = 36

    defaultConfig {
        minSdk = 26
        targetSdk = 34
        versionCode = major * 10_000 + minor * 100 + patch
        versionName = perennial
    }

    buildTypes {
        release {
            isMinifyEnabled = true
            // Without the plugin's default rules, so that these are the rules that the Maven build checks.
            proguardFiles("proguard-rules.pro")
            signingConfig = signingConfigs.getByName("debug")
        }
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }

    lint {
        // The tests run on nothing newer, and this app is not published in a store.
        disable += "ExpiredTargetSdkVersion"
    }

    sourceSets.named("test") {
        java.srcDir("src/robolectric/java")
    }

    testOptions.unitTests {
        isIncludeAndroidResources = true
        all { it.useJUnitPlatform() }
    }
}

dependencies {
    implementation(project(":perennial-android"))
    implementation(libs.perennial.ndjson)
    implementation(libs.perennial.sse)
    implementation(libs.perennial.websocket)
    implementation(libs.jspecify)
    compileOnly(libs.errorprone.annotations)

    testImplementation(platform(libs.junit.bom))
    testImplementation(libs.junit.jupiter)
    testImplementation(libs.perennial.testkit)
    testImplementation(libs.robolectric)
    testRuntimeOnly(libs.junit.launcher)
    testRuntimeOnly(libs.junit.vintage)
}
