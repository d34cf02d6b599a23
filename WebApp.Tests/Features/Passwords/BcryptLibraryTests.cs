using System.Text;
using FsCheck.Fluent;
using WebApp.Features.Passwords;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Passwords;

/// <summary>Both libraries of bcrypt, by what was published and against each other.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class BcryptLibraryTests
{
    private static IEnumerable<IBcrypt> Libraries => [new ManagedBcrypt(), .. Libxcrypt.Find() is { } system ? new IBcrypt[] { system } : []];

    private static IEnumerable<TestCaseData> Published =>
        from library in Libraries
        from vector in PublishedHashes.Bcrypt().Concat(PublishedHashes.BcryptSha256V1()).Concat(PublishedHashes.BcryptSha256V2())
        select new TestCaseData(library, vector.Arguments[0], vector.Arguments[1]).SetArgDisplayNames(library.GetType().Name, (string)vector.Arguments[1]!);

    [TestCaseSource(nameof(Published))]
    public void It_opens_what_was_published_and_nothing_else(IBcrypt library, string password, string hash)
    {
        var hasher = Hashers.With(4, library);
        Assert.That(hasher.Verify(hash, password), Is.Not.EqualTo(PasswordVerdict.Wrong));
        Assert.That(hasher.Verify(hash, $"x{password}"), Is.EqualTo(PasswordVerdict.Wrong));
    }

    [Test]
    public void Both_give_the_same_digest_for_every_key()
    {
        if (Libxcrypt.Find() is not { } system)
        {
            Assert.Ignore("There is no libcrypt.so.1 here.");
            return;
        }

        // Letters of one to four bytes, so that many keys are cut within a letter after 72 bytes.
        Holds.ForAll(
            from kind in Gen.Elements("2a", "2b", "2y")
            from letters in Gen.Elements("a", "\u00fc", "\u8a9e", "\U0001F511", " ", "~").ArrayOf()
            from times in Gen.Choose(1, 4)
            select (Kind: kind, Key: Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(string.Concat(letters), times)) + "\0")),
            sample => Digest(system, sample.Kind, sample.Key).SequenceEqual(Digest(new ManagedBcrypt(), sample.Kind, sample.Key)),
            times: 300);
    }

    [TestCaseSource(nameof(Libraries))]
    public void What_it_would_read_otherwise_is_refused(IBcrypt library)
    {
        foreach (var (kind, key) in new[] { ("2x", "a\0"u8.ToArray()), ("2", "a\0"u8.ToArray()), ("2b", "a"u8.ToArray()), ("2b", "a\0b\0"u8.ToArray()), ("2b", [0xFF, 0]), ("2b", []) })
        {
            Assert.That(() => Digest(library, kind, key), Throws.ArgumentException, $"{kind} {Convert.ToHexString(key)}");
        }
    }

    private static byte[] Digest(IBcrypt library, string kind, byte[] key)
    {
        var digest = new byte[Bcrypt.DigestLength];
        library.Digest(kind, 4, "CCCCCCCCCCCCCCCCCCCCC.", key, digest);
        return digest;
    }
}
