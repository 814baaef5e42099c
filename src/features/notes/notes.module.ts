import { Module } from '@nestjs/common';
import { NoteStore } from './note.store';
import { NotesController } from './notes.controller';

/** A person's notes: the model of a feature module with a table of its own. */
@Module({ controllers: [NotesController], providers: [NoteStore] })
export class NotesModule {}
