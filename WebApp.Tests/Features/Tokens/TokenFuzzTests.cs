using System.Text;
using WebApp.Features.Tokens;

namespace WebApp.Tests.Features.Tokens;

[Parallelizable(ParallelScope.All)]
public sealed class TokenFuzzTests
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static readonly string[] Scraps = ["{", "}", "[", "]", "\"", ":", ",", "\\u0000", "\\ud800", "\"exp\":", "\"iss\"", "-1", "1e999", "null", "\"sub\":{}", "\u00ff", "😀"];

    [Test]
    public void A_hundred_thousand_mutations_never_throw_and_never_read()
    {
        var bench = new TokenBench();
        var random = new Random(20260301);
        string[] good = [bench.Codec.WriteAccess(bench.Access), bench.Codec.WriteRefresh(bench.Refresh)];
        var refused = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var token = Mutate(random, good[i % 2]);
            if (good.Contains(token))
            {
                continue;
            }

            if (bench.Codec.ReadAccess(token) is AccessTokenReading.Read || bench.Codec.ReadRefresh(token) is RefreshTokenReading.Read)
            {
                Assert.Fail($"Read as good: {token}");
            }

            refused++;
        }

        Assert.That(refused, Is.GreaterThan(99_000));
    }

    [Test]
    public void Rightly_signed_nonsense_never_throws()
    {
        // Nobody but us can make these; should a key ever leak, the answer is still 401 and not 500.
        var bench = new TokenBench();
        var random = new Random(7515);
        var read = 0;
        var (header, payload) = (TokenBench.Header(), bench.AccessPayload());
        for (var i = 0; i < 20_000; i++)
        {
            var token = Forge.Token(i % 3 == 0 ? Scramble(random, header) : header, Scramble(random, payload), TokenBench.Secret);
            read += bench.Codec.ReadAccess(token) is AccessTokenReading.Read ? 1 : 0;
        }

        // Changes inside a role, an id or a time leave a token good; most others do not.
        Assert.That(read, Is.InRange(100, 10_000));
    }

    private static string Mutate(Random random, string token)
    {
        var text = new StringBuilder(token);
        switch (random.Next(8))
        {
            case 0:
                text[random.Next(text.Length)] = (char)random.Next(char.MaxValue);
                break;
            case 1:
                text[random.Next(text.Length)] = Letters[random.Next(64)];
                break;
            case 2:
                text.Remove(random.Next(text.Length), 1);
                break;
            case 3:
                text.Insert(random.Next(text.Length + 1), Letters[random.Next(64)]);
                break;
            case 4:
                text.Length = random.Next(text.Length);
                break;
            case 5:
                text.Insert(random.Next(text.Length), token.AsSpan(random.Next(token.Length)));
                break;
            case 6:
                return string.Join('.', Enumerable.Range(0, random.Next(5)).Select(_ => Garbage(random)));
            default:
                var parts = token.Split('.');
                var part = random.Next(2);
                parts[part] = Forge.Base64(Scramble(random, Forge.Decode(parts[part])));
                return string.Join('.', parts);
        }

        return text.ToString();
    }

    private static string Scramble(Random random, string json)
    {
        var text = new StringBuilder(json);
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = random.Next(text.Length);
            _ = random.Next(3) switch
            {
                0 => text.Insert(at, Scraps[random.Next(Scraps.Length)]),
                1 => text.Remove(at, Math.Min(text.Length - at - 1, random.Next(1, 12))),
                _ => text.Replace(text[at], (char)random.Next(32, 126), at, 1),
            };
        }

        return text.ToString();
    }

    private static string Garbage(Random random) =>
        new([.. Enumerable.Range(0, random.Next(200)).Select(_ => random.Next(20) == 0 ? (char)random.Next(char.MaxValue) : Letters[random.Next(64)])]);
}
