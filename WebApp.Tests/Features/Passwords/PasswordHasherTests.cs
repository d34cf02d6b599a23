using WebApp.Features.Passwords;

namespace WebApp.Tests.Features.Passwords;

/// <summary>What is written, and that what is not the password is refused.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PasswordHasherTests
{
    // Of the two characters e and U+0301, by the version that hashed passwords as typed.
    private const string DecomposedHash = "$bcrypt-sha256$v=2,t=2b,r=5$abcdefghijklmnopqrstuu$YWRhY3x3Y2iw59B7DCjRn1iEh9urcem";

    [Test]
    public void A_hash_is_written_in_passlibs_second_format_with_the_configured_work_factor() =>
        Assert.That(Hashers.With(5).Hash("pässword"), Does.Match(@"\A\$bcrypt-sha256\$v=2,t=2b,r=5\$[./A-Za-z0-9]{21}[.Oeu]\$[./A-Za-z0-9]{31}\z"));

    [Test]
    public void Two_hashes_of_one_password_have_different_salts() =>
        Assert.That(Hashers.With().Hash("password"), Is.Not.EqualTo(Hashers.With().Hash("password")));

    [TestCase("")]
    [TestCase("correct horse battery staple")]
    [TestCase(" spaces at both ends ")]
    [TestCase("пароль 密码 كلمة 🔑👩‍👩‍👧")]
    [TestCase("a NUL \0 within")]
    [TestCase("\0")]
    public void A_password_is_right_and_its_neighbours_are_not(string password)
    {
        var hasher = Hashers.With();
        var hash = hasher.Hash(password);

        Assert.Multiple(() =>
        {
            Assert.That(hasher.Verify(hash, password), Is.EqualTo(PasswordVerdict.Right));
            Assert.That(hasher.Verify(hash, password + "\0"), Is.EqualTo(PasswordVerdict.Wrong));
            Assert.That(hasher.Verify(hash, password + " "), Is.EqualTo(PasswordVerdict.Wrong));
            Assert.That(hasher.Verify(hash, "x" + password), Is.EqualTo(PasswordVerdict.Wrong));
        });
    }

    [TestCase(73)]
    [TestCase(100)]
    [TestCase(256)]
    public void The_last_of_many_characters_counts(int length)
    {
        var hasher = Hashers.With();
        var start = new string('ü', length - 1);

        Assert.Multiple(() =>
        {
            Assert.That(hasher.Verify(hasher.Hash(start + "a"), start + "a"), Is.EqualTo(PasswordVerdict.Right));
            Assert.That(hasher.Verify(hasher.Hash(start + "a"), start + "b"), Is.EqualTo(PasswordVerdict.Wrong));
        });
    }

    [Test]
    public void The_longest_password_of_three_byte_characters_fits()
    {
        var password = new string('密', 256);
        Assert.That(Hashers.With().Verify(Hashers.With().Hash(password), password), Is.EqualTo(PasswordVerdict.Right));
    }

    [Test]
    public void Composed_and_decomposed_letters_are_one_password()
    {
        var hasher = Hashers.With();
        Assert.Multiple(() =>
        {
            Assert.That(hasher.Verify(hasher.Hash("\u00e9"), "e\u0301"), Is.EqualTo(PasswordVerdict.Right));
            Assert.That(hasher.Verify(hasher.Hash("e\u0301"), "\u00e9"), Is.EqualTo(PasswordVerdict.Right));
            Assert.That(hasher.Verify(hasher.Hash("\u00e9"), "e"), Is.EqualTo(PasswordVerdict.Wrong));
            Assert.That(hasher.Verify(hasher.Hash("ﬁ"), "fi"), Is.EqualTo(PasswordVerdict.Wrong), "compatibility forms stay different");
        });
    }

    [Test]
    public void A_hash_of_before_passwords_were_composed_still_opens_and_is_renewed() =>
        Assert.That(Hashers.With(5).Verify(DecomposedHash, "e\u0301"), Is.EqualTo(PasswordVerdict.RightButOutdated));

    [Test]
    public void Another_work_factor_is_outdated_whether_it_was_lower_or_higher()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Hashers.With(5).Verify(Hashers.With(4).Hash("p"), "p"), Is.EqualTo(PasswordVerdict.RightButOutdated));
            Assert.That(Hashers.With(4).Verify(Hashers.With(5).Hash("p"), "p"), Is.EqualTo(PasswordVerdict.RightButOutdated));
        });
    }

    // A source, since an attribute cannot hold what has no UTF-8.
    private static readonly string[] LoneSurrogates = ["\ud83d", "\udd11 tail", "\udd11\ud83d"];

    [TestCaseSource(nameof(LoneSurrogates))]
    public void A_lone_surrogate_is_never_hashed_and_never_right(string password)
    {
        var replaced = Hashers.With().Hash(password.Replace('\ud83d', '\ufffd').Replace('\udd11', '\ufffd'));

        Assert.Multiple(() =>
        {
            Assert.That(() => Hashers.With().Hash(password), Throws.ArgumentException);
            Assert.That(Hashers.With().Verify(replaced, password), Is.EqualTo(PasswordVerdict.Wrong));
        });
    }

    [Test]
    public void A_password_over_256_characters_is_never_hashed_and_never_right()
    {
        var longest = new string('a', 256);

        Assert.Multiple(() =>
        {
            Assert.That(() => Hashers.With().Hash(longest + "a"), Throws.ArgumentException);
            Assert.That(Hashers.With().Verify(Hashers.With().Hash(longest), longest + "a"), Is.EqualTo(PasswordVerdict.Wrong));
            Assert.That(Hashers.With().Verify(null, new string('a', 1_000_000)), Is.EqualTo(PasswordVerdict.Wrong));
        });
    }
}
