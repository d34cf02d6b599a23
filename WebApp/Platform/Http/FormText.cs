namespace WebApp.Platform.Http;

/// <summary>
/// Reads the form that is sent to a page, once and before anything else does. One that is broken, too long or holds text nobody can use
/// (<see cref="RequestText"/>) is refused here: none of it becomes an exception further in.
/// </summary>
public static class FormText
{
    extension(IApplicationBuilder pipeline)
    {
        /// <summary>Covers everything but the API. Comes after routing, so that what leads nowhere is not read.</summary>
        public void UseFormText() => pipeline.Use(async (context, next) =>
        {
            if (context.GetEndpoint() is null || context.IsApiRequest || !context.Request.HasFormContentType)
            {
                await next(context);
                return;
            }

            try
            {
                if (RefusedText.FieldOf(await context.Request.ReadFormAsync(context.RequestAborted)) is { } field)
                {
                    RefusedText.Refuse(context, field);
                    return;
                }
            }
            catch (Exception failure) when (failure is IOException or InvalidDataException)
            {
                context.Response.StatusCode = RequestText.StatusOf(failure);
                return;
            }

            await next(context);
        });
    }
}
