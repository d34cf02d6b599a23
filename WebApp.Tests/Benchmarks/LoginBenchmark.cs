namespace WebApp.Tests.Benchmarks;
internal static class LoginBenchmark { public static Task RunAsync(TextWriter output) => Task.CompletedTask; }
