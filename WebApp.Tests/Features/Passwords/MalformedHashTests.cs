using System.Buffers.Binary;
using WebApp.Features.Passwords;

namespace WebApp.Tests.Features.Passwords;

/// <summary>Whatever stands in the database: no exception, no match, no hang.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class MalformedHashTests
{
    private const string Salt = "5Hg1DKFqPE8C2aflZ5vVoe";
    private const string V1Digest = "12BjNE0p7axMg55.Y/mHsYiVuFBDQyu";
    private const string V2Digest = "wOK1VFFtS8IGTrGa7.h5fs0u84qyPbS";
    private const string V2 = $"$bcrypt-sha256$v=2,t=2b,r=5${Salt}${V2Digest}";

    [TestCase(null)]
    [TestCase("")]
    [TestCase(" ")]
    [TestCase("\0")]
    [TestCase("$")]
    [TestCase("password")]
    [TestCase("*")]
    [TestCase("!")]
    [TestCase("5f4dcc3b5aa765d61d8327deb882cf99")]
    [TestCase("$6$rounds=5000$saltsalt$hash")]
    [TestCase("$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaA")]
    [TestCase($"$bcrypt-sha256$2c,5${Salt}${V1Digest}")]
    [TestCase($"$bcrypt-sha256$2x,5${Salt}${V1Digest}")]
    [TestCase($"$bcrypt-sha256$2a,05${Salt}${V1Digest}")]
    [TestCase($"$bcrypt-sha256$2a,5${Salt}$")]
    [TestCase($"$bcrypt-sha256$v=1,t=2b,r=5${Salt}${V2Digest}")]
    [TestCase($"$bcrypt-sha256$v=3,t=2b,r=5${Salt}${V2Digest}")]
    [TestCase($"$bcrypt-sha256$v=2,t=2a,r=5${Salt}${V2Digest}")]
    [TestCase($"$bcrypt-sha256$v=2,t=2b,r=05${Salt}${V2Digest}")]
    [TestCase($"$bcrypt-sha256$v=2,t=2b,r=3${Salt}${V2Digest}")]
    [TestCase($"$bcrypt-sha256$v=2,t=2b,r=17${Salt}${V2Digest}")]
    [TestCase($"$bcrypt-sha256$v=2,t=2b,r=31${Salt}${V2Digest}")]
    [TestCase($"$bcrypt-sha256$v=2,t=2b,r=٥${Salt}${V2Digest}")]
    [TestCase($"$bcrypt-sha256$v=2,t=2b,r=5${Salt}$")]
    [TestCase($"$bcrypt-sha256$v=2,t=2b,r=5$!Hg1DKFqPE8C2aflZ5vVoe${V2Digest}")]
    [TestCase($"{V2}\n")]
    [TestCase($" {V2}")]
    [TestCase($"{V2}a")]
    [TestCase("$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [TestCase("$2b$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [TestCase("$2b$5$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [TestCase("$2z$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [TestCase("$2$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [TestCase("$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [TestCase("$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe")]
    [TestCase("$2b$05$")]
    [TestCase("AA==")]
    [TestCase("AQ==")]
    [TestCase("AQAAAAE=")]
    public void What_is_not_a_hash_is_wrong(string? stored)
    {
        Assert.Multiple(() =>
        {
            Assert.That(Hashers.With().Verify(stored, "password"), Is.EqualTo(PasswordVerdict.Wrong));
            Assert.That(Hashers.With().Verify(stored, ""), Is.EqualTo(PasswordVerdict.Wrong));
        });
    }

    [Test]
    public void A_hash_cut_anywhere_or_with_any_character_replaced_is_wrong()
    {
        Assert.That(Hashers.With(5).Verify(V2, "password"), Is.EqualTo(PasswordVerdict.Right));

        var hasher = Hashers.With();
        var digestEnd = V2.Length - 1;
        Assert.Multiple(() =>
        {
            for (var i = 0; i < V2.Length; i++)
            {
                Assert.That(hasher.Verify(V2[..i], "password"), Is.EqualTo(PasswordVerdict.Wrong), $"cut at {i}");
                foreach (var other in "$,=\0é")
                {
                    Assert.That(hasher.Verify(V2[..i] + (V2[i] == other ? '#' : other) + V2[(i + 1)..], "password"), Is.EqualTo(PasswordVerdict.Wrong), $"{other} at {i}");
                }
            }
            Assert.That(hasher.Verify(V2[..digestEnd] + "T", "password"), Is.EqualTo(PasswordVerdict.Wrong), "last character of the digest");
        });
    }

    /// <summary>Identity's version 3: marker, function, rounds, salt length, salt, key.</summary>
    [TestCase(3u, 1_000u, 16u, 32, TestName = "Unknown function")]
    [TestCase(2u, 0u, 16u, 32, TestName = "No rounds")]
    [TestCase(2u, 2_000_001u, 16u, 32, TestName = "Too many rounds")]
    [TestCase(2u, uint.MaxValue, 16u, 32, TestName = "Billions of rounds")]
    [TestCase(2u, 1_000u, 8u, 40, TestName = "Short salt")]
    [TestCase(2u, 1_000u, 33u, 32, TestName = "Salt that leaves a short key")]
    [TestCase(2u, 1_000u, uint.MaxValue, 32, TestName = "Salt longer than everything")]
    [TestCase(2u, 1_000u, 16u, 100, TestName = "Key longer than a digest")]
    public void An_Identity_hash_with_numbers_out_of_bounds_is_wrong_at_once(uint function, uint rounds, uint saltLength, int keyLength)
    {
        var bytes = new byte[13 + 16 + keyLength];
        bytes[0] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), function);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(5), rounds);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(9), saltLength);

        Assert.That(Hashers.With().Verify(Convert.ToBase64String(bytes), "password"), Is.EqualTo(PasswordVerdict.Wrong));
    }

    [Test]
    public void A_megabyte_of_hash_is_wrong()
    {
        foreach (var part in (string[])["$", "A", "$2b$05$", V2])
        {
            Assert.That(Hashers.With().Verify(string.Concat(Enumerable.Repeat(part, 1_000_000 / part.Length)), "password"), Is.EqualTo(PasswordVerdict.Wrong));
        }
    }
}
