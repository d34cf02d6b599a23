using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using WebApp.Features.Tokens;

namespace WebApp.Tests.Benchmarks;

/// <summary>What reading and writing a token costs, beside the hash of the same bytes that any implementation must pay.</summary>
public static class CodecBenchmark
{
    private const int Rounds = 7;
    private const int Calls = 50_000;

    /// <summary>Prints time and memory a call, the best of several rounds, and the ratio to the bare hash.</summary>
    public static void Run(TextWriter output)
    {
        // Once unseen: the compiler improves the code while it runs, and on a busy machine takes its time about it.
        Measure(TextWriter.Null);
        Measure(output);
    }

    private static void Measure(TextWriter output)
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        var now = DateTimeOffset.UtcNow;
        var options = Options.Create(new TokenOptions { Issuer = "https://accounts.example.com" });
        var ring = new SigningKeyRing(new SigningKeySet([new("AbCdEfGhIjKlMnOp", secret, now.AddDays(-1), null)]));
        var codec = new TokenCodec(ring, options, TimeProvider.System);
        AccessTokenClaims claims = new()
        {
            Subject = Guid.CreateVersion7(),
            SessionId = Guid.CreateVersion7(),
            TokenId = Guid.CreateVersion7(),
            IssuedAt = now,
            ExpiresAt = now.AddMinutes(15),
            AuthenticatedAt = now,
            Amr = ["pwd"],
            Roles = ["user"],
            Version = 1,
        };
        RefreshTokenClaims refresh = new(claims.Subject, claims.SessionId.Value, 1, now, now.AddDays(7));
        var token = codec.WriteAccess(claims);
        var refreshToken = codec.WriteRefresh(refresh);
        var forged = new TokenCodec(new(new([new("AbCdEfGhIjKlMnOp", RandomNumberGenerator.GetBytes(32), now.AddDays(-1), null)])), options, TimeProvider.System)
            .WriteAccess(claims);
        var signed = Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Token codec ({token.Length} characters)"));
        var reference = Measure(() => HMACSHA256.HashData(secret, signed).Length);
        Print(output, "HMACSHA256.HashData", reference, reference);
        Print(output, "ReadAccess", Measure(() => codec.ReadAccess(token) is AccessTokenReading.Read ? 1 : throw new InvalidOperationException()), reference);
        Print(output, "WriteAccess", Measure(() => codec.WriteAccess(claims).Length), reference);
        Print(output, "ReadRefresh", Measure(() => codec.ReadRefresh(refreshToken) is RefreshTokenReading.Read ? 1 : throw new InvalidOperationException()), reference);
        Print(output, "WriteRefresh", Measure(() => codec.WriteRefresh(refresh).Length), reference);
        Print(output, "ReadAccess, forged", Measure(() => codec.ReadAccess(forged) is AccessTokenReading.Invalid ? 1 : throw new InvalidOperationException()), reference);
    }

    private static (double Nanoseconds, double Bytes) Measure(Func<int> call)
    {
        var best = double.MaxValue;
        var bytes = 0.0;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < Calls; i++)
            {
                call();
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / Calls);
            bytes = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Calls;
        }

        return (best, bytes);
    }

    private static void Print(TextWriter output, string name, (double Nanoseconds, double Bytes) cost, (double Nanoseconds, double Bytes) reference) =>
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {name,-20} {cost.Nanoseconds,7:0} ns  {cost.Bytes,6:0} bytes  {cost.Nanoseconds / reference.Nanoseconds,5:0.00} x"));
}
