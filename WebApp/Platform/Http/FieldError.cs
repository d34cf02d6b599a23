namespace WebApp.Platform.Http;

/// <summary>An error in one field of a form or a JSON body, as shown to the user.</summary>
/// <param name="Field">The property's name (<c>Email</c>); the API writes it in snake_case.</param>
/// <param name="Message">A whole sentence.</param>
public sealed record FieldError(string Field, string Message);
