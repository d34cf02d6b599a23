using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using WebApp.Features.Passwords;

namespace WebApp.Tests.Features.Passwords;

/// <summary>Hashes made elsewhere, by the vectors their makers published.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ForeignHashTests
{
    [TestCaseSource(typeof(PublishedHashes), nameof(PublishedHashes.BcryptSha256V1))]
    [TestCaseSource(typeof(PublishedHashes), nameof(PublishedHashes.Bcrypt))]
    public void A_published_hash_of_an_older_format_is_right_but_outdated(string password, string hash)
    {
        Assert.Multiple(() =>
        {
            Assert.That(Hashers.With().Verify(hash, password), Is.EqualTo(PasswordVerdict.RightButOutdated));
            Assert.That(Hashers.With().Verify(hash, "x" + password), Is.EqualTo(PasswordVerdict.Wrong));
        });
    }

    [TestCaseSource(typeof(PublishedHashes), nameof(PublishedHashes.BcryptSha256V2))]
    public void A_published_hash_of_our_format_is_right_at_its_work_factor(string password, string hash)
    {
        var factor = hash.Contains("r=12", StringComparison.Ordinal) ? 12 : 5;

        Assert.Multiple(() =>
        {
            Assert.That(Hashers.With(factor).Verify(hash, password), Is.EqualTo(PasswordVerdict.Right));
            Assert.That(Hashers.With(4).Verify(hash, password), Is.EqualTo(PasswordVerdict.RightButOutdated));
            Assert.That(Hashers.With(4).Verify(hash, "x" + password), Is.EqualTo(PasswordVerdict.Wrong));
        });
    }

    [TestCase("$2a$06$DCq7YPn5Rq63x1Lad4cll.TV4S6ytwfsfvkgY8jIucDrjc8deX1s.", "")]
    [TestCase("$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe", "a")]
    public void Plain_bcrypt_does_not_end_a_password_at_a_NUL(string hash, string password)
    {
        Assert.Multiple(() =>
        {
            Assert.That(Hashers.With().Verify(hash, password), Is.EqualTo(PasswordVerdict.RightButOutdated));
            Assert.That(Hashers.With().Verify(hash, password + "\0"), Is.EqualTo(PasswordVerdict.Wrong));
            Assert.That(Hashers.With().Verify(hash, password + "\0tail"), Is.EqualTo(PasswordVerdict.Wrong));
        });
    }

    [TestCase(PasswordHasherCompatibilityMode.IdentityV2, 1)]
    [TestCase(PasswordHasherCompatibilityMode.IdentityV3, 1_000)]
    [TestCase(PasswordHasherCompatibilityMode.IdentityV3, 100_000)]
    public void A_hash_of_ASPNET_Identity_is_right_but_outdated(PasswordHasherCompatibilityMode mode, int iterations)
    {
        var identity = new PasswordHasher<string>(Options.Create(new PasswordHasherOptions { CompatibilityMode = mode, IterationCount = iterations }));
        var hash = identity.HashPassword("", "pässword \0 1");

        Assert.Multiple(() =>
        {
            Assert.That(Hashers.With().Verify(hash, "pässword \0 1"), Is.EqualTo(PasswordVerdict.RightButOutdated));
            Assert.That(Hashers.With().Verify(hash, "pässword \0 2"), Is.EqualTo(PasswordVerdict.Wrong));
            Assert.That(Hashers.With().Verify(hash + " ", "pässword \0 1"), Is.EqualTo(PasswordVerdict.Wrong));
        });
    }
}
