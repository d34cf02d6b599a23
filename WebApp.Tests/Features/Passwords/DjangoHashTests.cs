using WebApp.Features.Passwords;

namespace WebApp.Tests.Features.Passwords;

/// <summary>Django's <c>pbkdf2_sha256</c>. The hash was made by Python's <c>hashlib.pbkdf2_hmac</c>.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class DjangoHashTests
{
    private const string Password = "copper lantern, pässe";
    private const string Key = "pDP+o+kQKdK7LE4ogLOO9O2yfyOGDKn7hEiDn49g+A4=";
    private const string Hash = $"pbkdf2_sha256$1000$seasalt2${Key}";

    [Test]
    public void Its_password_is_right_but_outdated_and_no_other_is()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Hashers.With().Verify(Hash, Password), Is.EqualTo(PasswordVerdict.RightButOutdated));
            Assert.That(Hashers.With().Verify(Hash, Password + "x"), Is.EqualTo(PasswordVerdict.Wrong));
            Assert.That(Hashers.With().Verify(Hash, ""), Is.EqualTo(PasswordVerdict.Wrong));
            Assert.That(KnownHash.Is(Hash), Is.True);
        }
    }

    [TestCase("pbkdf2_sha256$2000001$seasalt2$" + Key, TestName = "More rounds than a server can bear")]
    [TestCase("pbkdf2_sha256$99999999999$seasalt2$" + Key, TestName = "More rounds than a number holds")]
    [TestCase("pbkdf2_sha256$0$seasalt2$" + Key, TestName = "No rounds")]
    [TestCase("pbkdf2_sha256$-1$seasalt2$" + Key, TestName = "Fewer rounds than none")]
    [TestCase("pbkdf2_sha256$1000$$" + Key, TestName = "No salt")]
    [TestCase("pbkdf2_sha256$1000$sea$alt$" + Key, TestName = "A salt with the separator")]
    [TestCase("pbkdf2_sha256$1000$seasalt2$", TestName = "No key")]
    [TestCase("pbkdf2_sha256$1000$seasalt2$pDP+o+kQKdK7LE4ogLOO9A==", TestName = "A shorter key")]
    [TestCase("pbkdf2_sha1$1000$seasalt2$" + Key, TestName = "Another function")]
    [TestCase("md5$seasalt2$d41d8cd98f00b204e9800998ecf8427e", TestName = "Another algorithm")]
    [TestCase(Hash + "\n", TestName = "A line break behind")]
    [TestCase(" " + Hash, TestName = "A blank before")]
    [TestCase("copper lantern", TestName = "Plain text")]
    [TestCase("!kD8d9sS", TestName = "A password Django marks as unusable")]
    public void What_is_not_exactly_one_is_no_hash(string text)
    {
        Assert.That(KnownHash.Is(text), Is.False);
        Assert.That(Hashers.With().Verify(text, Password), Is.EqualTo(PasswordVerdict.Wrong));
    }
}
