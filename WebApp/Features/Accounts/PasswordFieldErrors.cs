using WebApp.Features.Passwords;
using WebApp.Platform.Http;

namespace WebApp.Features.Accounts;

/// <summary>The password policy's verdict as errors of a field.</summary>
public static class PasswordFieldErrors
{
    extension(PasswordPolicy policy)
    {
        /// <summary>One error for each thing that is missing; none when the password is acceptable.</summary>
        public IEnumerable<FieldError> Errors(string field, string? password, params ReadOnlySpan<string?> context)
        {
            if (string.IsNullOrEmpty(password))
            {
                return [new(field, "Choose a password.")];
            }

            var strength = policy.Evaluate(password, context);
            return strength.Acceptable ? []
                : strength.Missing.Count > 0 ? [.. strength.Missing.Select(missing => new FieldError(field, $"The password needs {missing}."))]
                : [new(field, strength.Warning ?? "This password is too easy to guess.")];
        }
    }
}
